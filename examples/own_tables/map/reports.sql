-- reports: One row per report of content or of an account, by a user, a trusted flagger, an
-- authority or staff.
-- From complaints (891 rows were read for it), confidence 0.89.
-- Confidence by column: report_id 0.95, reported_at 0.90, reporter_type 0.90, reporter_id 0.90,
-- content_id 0.95, subject_account_id 0.90, surface 0.95, region 0.95, policy_code 0.95, case_id
-- 0.95.
-- Local times: in the hour that autumn repeats, the second pass is taken, so that a time of the
-- first comes out an hour late. A time in the hour that spring skips moves on by an hour.
select
    cast(complaints.nr as varchar) as report_id,
    timezone(
        'UTC',
        timezone(getvariable('time_zone'), strptime(complaints.created, '%d.%m.%Y %H:%M:%S'))
    ) as reported_at,
    -- One of: user, trusted_flagger, authority, internal. Another value stays as it is and is
    -- rejected.
    case lower(trim(complaints.source))
        when 'member' then 'user' -- 720 rows
        when 'trusted partner' then 'trusted_flagger' -- 86 rows
        when 'police' then 'authority' -- 46 rows
        when 'staff' then 'internal' -- 39 rows
        else complaints.source
    end as reporter_type,
    cast(complaints.filed_by as varchar) as reporter_id,
    cast(complaints.item_no as varchar) as content_id,
    cast(complaints.seller_no as varchar) as subject_account_id,
    -- Its values: Listings (555), Chat (174), Profiles (162).
    complaints.area as surface,
    -- The seller's country: the complaint has none of its own.
    -- Its values: DE (228), AT (72).
    members.country as region,
    -- Its values: COUNTERFEIT (206), FRAUD (196), BANNED GOODS (164), HARASSMENT (163), SPAM (162).
    complaints.rule as policy_code,
    cast(complaints.ticket_no as varchar) as case_id,
    -- No column says when a row was loaded: the time of the extract, from settings.yml.
    cast(getvariable('extracted_at') as timestamp) as ingested_at,
    -- No column says so: no row is deleted.
    cast(null as boolean) as is_deleted
from complaints
left join members
    on cast(complaints.seller_no as varchar) = cast(members.member_no as varchar)
