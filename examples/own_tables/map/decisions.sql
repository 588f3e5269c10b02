-- decisions: One row per decision on a case.
-- From verdicts (861 rows were read for it), confidence 0.95.
-- Confidence by column: decision_id 0.95, case_id 0.95, decided_at 0.95, outcome 0.95, policy_code
-- 0.95, decided_by 0.95, moderator_id 0.95.
-- Local times: in the hour that autumn repeats, the second pass is taken, so that a time of the
-- first comes out an hour late. A time in the hour that spring skips moves on by an hour.
select
    cast(verdict_no as varchar) as decision_id,
    cast(ticket_no as varchar) as case_id,
    timezone(
        'UTC',
        timezone(getvariable('time_zone'), strptime(ruled, '%d.%m.%Y %H:%M:%S'))
    ) as decided_at,
    -- One of: violation, no_violation, insufficient_information. Another value stays as it is and
    -- is rejected.
    case lower(trim(finding))
        when 'violation' then 'violation' -- 468 rows
        when 'no violation' then 'no_violation' -- 300 rows
        when 'not enough info' then 'insufficient_information' -- 93 rows
        else finding
    end as outcome,
    -- Its values: COUNTERFEIT (191), BANNED GOODS (177), FRAUD (175), HARASSMENT (172), SPAM (146).
    rule as policy_code,
    -- One of: human, automated. Another value stays as it is and is rejected.
    case lower(trim(ruled_by))
        when 'agent' then 'human' -- 720 rows
        when 'bot' then 'automated' -- 141 rows
        else ruled_by
    end as decided_by,
    cast(agent_no as varchar) as moderator_id,
    -- No column says when a row was loaded: the time of the extract, from settings.yml.
    cast(getvariable('extracted_at') as timestamp) as ingested_at,
    -- No column says so: no row is deleted.
    cast(null as boolean) as is_deleted
from verdicts
