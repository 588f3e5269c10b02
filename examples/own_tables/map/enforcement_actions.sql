-- enforcement_actions: One row per enforcement action taken on content or an account.
-- From sanctions (468 rows were read for it), confidence 0.83.
-- Confidence by column: action_id 0.95, decision_id 0.95, case_id 0.95, actioned_at 0.90, ended_at
-- 0.95, action_type 0.90, content_id 0.95, automated 0.95, legal_ground 0.90.
-- Local times: in the hour that autumn repeats, the second pass is taken, so that a time of the
-- first comes out an hour late. A time in the hour that spring skips moves on by an hour.
select
    cast(sanctions.sanction_no as varchar) as action_id,
    cast(sanctions.verdict_no as varchar) as decision_id,
    cast(verdicts.ticket_no as varchar) as case_id,
    timezone(
        'UTC',
        timezone(getvariable('time_zone'), strptime(sanctions.imposed, '%d.%m.%Y %H:%M:%S'))
    ) as actioned_at,
    timezone(
        'UTC',
        timezone(getvariable('time_zone'), strptime(sanctions.lifted, '%d.%m.%Y %H:%M:%S'))
    ) as ended_at,
    -- One of: content_removed, content_disabled, content_demoted, content_age_restricted,
    -- content_labelled, interaction_restricted, warning, monetisation_suspended,
    -- monetisation_terminated, service_suspended, service_terminated, account_suspended,
    -- account_terminated. Another value stays as it is and is rejected.
    case lower(trim(sanctions.measure))
        when 'item removed' then 'content_removed' -- 214 rows
        when 'warning' then 'warning' -- 74 rows
        when 'selling blocked' then 'service_suspended' -- 57 rows
        when 'account blocked' then 'account_suspended' -- 41 rows
        when 'account closed' then 'account_terminated' -- 41 rows
        when 'item hidden' then 'content_disabled' -- 41 rows
        else sanctions.measure
    end as action_type,
    cast(tickets.seller_no as varchar) as subject_account_id,
    cast(sanctions.item_no as varchar) as content_id,
    cast(cast(sanctions.bot as varchar) as boolean) as automated,
    -- Not recorded.
    cast(null as varchar) as detector_id,
    -- One of: illegal_content, incompatible_content. Another value stays as it is and is rejected.
    case lower(trim(sanctions.ground))
        when 'house rules' then 'incompatible_content' -- 272 rows
        when 'law' then 'illegal_content' -- 196 rows
        else sanctions.ground
    end as legal_ground,
    -- No column says when a row was loaded: the time of the extract, from settings.yml.
    cast(getvariable('extracted_at') as timestamp) as ingested_at,
    -- No column says so: no row is deleted.
    cast(null as boolean) as is_deleted
from sanctions
left join verdicts
    on cast(sanctions.verdict_no as varchar) = cast(verdicts.verdict_no as varchar)
left join tickets
    on cast(verdicts.ticket_no as varchar) = cast(tickets.ticket_no as varchar)
