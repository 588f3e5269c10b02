-- cases: One row per case.
-- From tickets (902 rows were read for it), confidence 0.90.
-- Confidence by column: case_id 0.95, opened_at 0.95, queue 0.95, severity 0.95, policy_code 0.95,
-- surface 0.95, region 0.95, subject_account_id 0.90, content_id 0.95.
-- Local times: in the hour that autumn repeats, the second pass is taken, so that a time of the
-- first comes out an hour late. A time in the hour that spring skips moves on by an hour.
select
    cast(tickets.ticket_no as varchar) as case_id,
    timezone(
        'UTC',
        timezone(getvariable('time_zone'), strptime(tickets.created, '%d.%m.%Y %H:%M:%S'))
    ) as opened_at,
    -- Not recorded: the first signal stands in for it.
    cast(null as timestamp) as occurred_at,
    -- 'standard' is the queue of the time-to-resolution metrics.
    case tickets.team
        when 'Standard desk' then 'standard'
        when 'Escalations' then 'escalation'
        else tickets.team
    end as queue,
    -- One of: critical, high, medium, low. Another value stays as it is and is rejected.
    case lower(trim(tickets.priority))
        when 'p3' then 'medium' -- 393 rows
        when 'p4' then 'low' -- 253 rows
        when 'p2' then 'high' -- 174 rows
        when 'p1' then 'critical' -- 82 rows
        else tickets.priority
    end as severity,
    -- Its values: COUNTERFEIT (211), FRAUD (189), HARASSMENT (172), BANNED GOODS (170), SPAM (160).
    tickets.rule as policy_code,
    -- Its values: Listings (573), Chat (170), Profiles (159).
    tickets.area as surface,
    -- The seller's country.
    -- Its values: DE (228), AT (72).
    members.country as region,
    cast(tickets.seller_no as varchar) as subject_account_id,
    cast(tickets.item_no as varchar) as content_id,
    -- No column says when a row was loaded: the time of the extract, from settings.yml.
    cast(getvariable('extracted_at') as timestamp) as ingested_at,
    -- No column says so: no row is deleted.
    cast(null as boolean) as is_deleted
from tickets
left join members
    on cast(tickets.seller_no as varchar) = cast(members.member_no as varchar)
