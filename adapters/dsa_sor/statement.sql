-- Grain: one row per record of a part of a dump, in its order, with what the raw tables take from
-- it. rejected_because is NULL where the record can be mapped; is_wanted, where its platform was
-- asked for. Nothing is repaired and nothing is guessed: a value that is not known is a reason.
-- What several columns read is made a column first, for this runs at the pace of a CSV reader; and
-- nothing is joined, for a join would give the records another order than their lines have.
with

records as (
    select
        *,
        try_cast(uuid as uuid) as statement_id,
        stated(decision_visibility) as visibility,
        stated(decision_monetary) as monetary,
        stated(decision_provision) as provision,
        stated(decision_account) as account,
        moment(created_at) as created,
        moment(application_date) as applied,
        moment(content_date) as posted,
        moment(end_date_visibility_restriction) as visibility_ended,
        moment(end_date_monetary_restriction) as monetary_ended,
        moment(end_date_service_restriction) as provision_ended,
        moment(end_date_account_restriction) as account_ended,
        stated(territorial_scope) as scope,
        try_cast(source_type as source_type) as source,
        hash(
            decision_visibility,
            decision_monetary,
            decision_provision,
            decision_account,
            end_date_visibility_restriction,
            end_date_monetary_restriction,
            end_date_service_restriction,
            end_date_account_restriction,
            decision_ground,
            category,
            content_date,
            application_date,
            territorial_scope,
            source_type,
            automated_detection,
            automated_decision,
            platform_name
        ) as content_hash
    from dump
),

judged as (
    select
        records.*,
        case
            when length(records.uuid) = 36 then lower(records.uuid)
            else cast(records.statement_id as varchar)
        end as case_id,
        getvariable('platforms') is null
        or coalesce(list_contains(getvariable('platforms'), records.platform_name), false)
            as is_wanted,
        case
            when list_contains(getvariable('only_taxonomy_1'), records.category) then 1
            when list_contains(getvariable('only_taxonomy_2'), records.category) then 2
            when records.created < timestamp '2025-07-01' then 1
            else 2
        end as taxonomy,
        case
            when records.statement_id is null
                then shown('uuid', records.uuid) || ', which is not a UUID'
            when
                records.created is null
                then shown('created_at', records.created_at) || ', which is not a time'
            when
                records.applied is null
                then
                    shown('application_date', records.application_date)
                    || ', which is not a time'
            when
                records.posted is null and records.content_date is not null
                then shown('content_date', records.content_date) || ', which is not a time'
            when
                records.visibility_ended is null
                and records.end_date_visibility_restriction is not null
                then shown(
                    'end_date_visibility_restriction', records.end_date_visibility_restriction
                ) || ', which is not a time'
            when
                records.monetary_ended is null and records.end_date_monetary_restriction is not null
                then
                    shown('end_date_monetary_restriction', records.end_date_monetary_restriction)
                    || ', which is not a time'
            when
                records.provision_ended is null and records.end_date_service_restriction is not null
                then
                    shown('end_date_service_restriction', records.end_date_service_restriction)
                    || ', which is not a time'
            when
                records.account_ended is null and records.end_date_account_restriction is not null
                then
                    shown('end_date_account_restriction', records.end_date_account_restriction)
                    || ', which is not a time'
            when records.platform_name is null then 'platform_name is empty'
            when records.category is null then 'category is empty'
            when
                records.source is null
                then shown('source_type', records.source_type) || ', which is not known'
            when
                records.automated_detection is null
                or records.automated_detection not in ('Yes', 'No')
                then
                    shown('automated_detection', records.automated_detection)
                    || ', which is neither Yes nor No'
            when
                records.automated_decision is null
                or records.automated_decision not in (
                    'AUTOMATED_DECISION_FULLY',
                    'AUTOMATED_DECISION_PARTIALLY',
                    'AUTOMATED_DECISION_NOT_AUTOMATED'
                )
                then
                    shown('automated_decision', records.automated_decision)
                    || ', which is not known'
            when
                records.decision_ground is null
                or records.decision_ground not in (
                    'DECISION_GROUND_ILLEGAL_CONTENT', 'DECISION_GROUND_INCOMPATIBLE_CONTENT'
                )
                then shown('decision_ground', records.decision_ground) || ', which is not known'
            when
                coalesce(
                    records.visibility, records.monetary, records.provision, records.account
                ) is null
                then 'no restriction is stated'
            when not list_contains(getvariable('restrictions'), records.monetary)
                then shown('decision_monetary', records.monetary) || ', which is not known'
            when not list_contains(getvariable('restrictions'), records.provision)
                then shown('decision_provision', records.provision) || ', which is not known'
            when not list_contains(getvariable('restrictions'), records.account)
                then shown('decision_account', records.account) || ', which is not known'
        end as rejected_because,
        case
            when getvariable('inverted') is null then false
            else coalesce(
                len(
                    list_filter(
                        getvariable('inverted'),
                        lambda one:
                        one.platform_name = records.platform_name
                        and cast(records.created as date) between one.first_on and one.last_on
                    )
                ),
                0
            ) > 0
        end as is_inverted
    from records
)

select
    statement_id,
    case_id,
    is_wanted,
    rejected_because,
    platform_name,
    source as source_type,
    (automated_detection = 'Yes') <> is_inverted as is_detected_automatically,
    is_inverted,
    automated_decision = 'AUTOMATED_DECISION_FULLY' as is_decided_automatically,
    case decision_ground
        when 'DECISION_GROUND_ILLEGAL_CONTENT' then cast('illegal_content' as word)
        else cast('incompatible_content' as word)
    end as legal_ground,
    'DSA' || taxonomy || '-' || replace(category, 'STATEMENT_CATEGORY_', '') as policy_code,
    scope,
    visibility,
    monetary,
    provision,
    account,
    visibility_ended as visibility_ended_at,
    monetary_ended as monetary_ended_at,
    provision_ended as provision_ended_at,
    account_ended as account_ended_at,
    posted as content_at,
    applied as applied_at,
    created as created_at,
    content_hash
from judged
