-- Grain: one row per record of a part of a dump, in its order, with what the raw tables take from
-- it. rejected_because is NULL where the record can be mapped; is_wanted, where its platform was
-- asked for. Nothing is repaired and nothing is guessed: a value that is not known is a reason.
with

records as (
    select * from dump
),

categories as (
    select * from categories_csv
),

known as (
    select list(restriction) as restrictions from restrictions_csv
),

wanted as (
    select list(platform_name) as platforms from wanted_platforms
),

read as (
    select
        try_cast(records.uuid as uuid) as statement_id,
        records.uuid,
        records.platform_name,
        records.source_type,
        records.automated_detection,
        records.automated_decision,
        records.decision_ground,
        records.category,
        listed(records.decision_visibility) as visibility,
        nullif(records.decision_monetary, 'null') as monetary,
        nullif(records.decision_provision, 'null') as provision,
        nullif(records.decision_account, 'null') as account,
        moment(records.created_at) as created_at,
        moment(records.application_date) as applied_at,
        moment(records.content_date) as content_at,
        moment(records.end_date_visibility_restriction) as visibility_ended_at,
        moment(records.end_date_monetary_restriction) as monetary_ended_at,
        moment(records.end_date_service_restriction) as provision_ended_at,
        moment(records.end_date_account_restriction) as account_ended_at,
        case
            when moment(records.created_at) is null then shown('created_at', records.created_at)
            when moment(records.application_date) is null
                then shown('application_date', records.application_date)
            when is_bad_moment(records.content_date)
                then shown('content_date', records.content_date)
            when is_bad_moment(records.end_date_visibility_restriction)
                then shown(
                    'end_date_visibility_restriction', records.end_date_visibility_restriction
                )
            when is_bad_moment(records.end_date_monetary_restriction)
                then shown('end_date_monetary_restriction', records.end_date_monetary_restriction)
            when is_bad_moment(records.end_date_service_restriction)
                then shown('end_date_service_restriction', records.end_date_service_restriction)
            when is_bad_moment(records.end_date_account_restriction)
                then shown('end_date_account_restriction', records.end_date_account_restriction)
        end as bad_moment,
        nullif(trim(records.territorial_scope, '[] '), '') as scope,
        hash(
            records.decision_visibility,
            records.decision_monetary,
            records.decision_provision,
            records.decision_account,
            records.end_date_visibility_restriction,
            records.end_date_monetary_restriction,
            records.end_date_service_restriction,
            records.end_date_account_restriction,
            records.decision_ground,
            records.category,
            records.content_date,
            records.application_date,
            records.territorial_scope,
            records.source_type,
            records.automated_detection,
            records.automated_decision,
            records.platform_name
        ) as content_hash
    from records
),

judged as (
    select
        read.*,
        length(read.scope) - length(replace(read.scope, ',', '')) + 1 as country_count,
        wanted.platforms is null or coalesce(
            list_contains(wanted.platforms, read.platform_name), false
        )
            as is_wanted,
        coalesce(
            categories.only_taxonomy,
            case when read.created_at < timestamp '2025-07-01' then 1 else 2 end
        ) as taxonomy,
        case
            when read.statement_id is null
                then shown('uuid', read.uuid) || ', which is not a UUID'
            when read.bad_moment is not null
                then read.bad_moment || ', which is not YYYY-MM-DD or YYYY-MM-DD HH:MM:SS'
            when read.platform_name is null then 'platform_name is empty'
            when read.category is null then 'category is empty'
            when
                read.source_type is null
                or read.source_type not in (
                    'SOURCE_ARTICLE_16',
                    'SOURCE_TRUSTED_FLAGGER',
                    'SOURCE_TYPE_OTHER_NOTIFICATION',
                    'SOURCE_VOLUNTARY'
                )
                then shown('source_type', read.source_type) || ', which is not known'
            when
                read.automated_detection is null or read.automated_detection not in ('Yes', 'No')
                then shown('automated_detection', read.automated_detection)
                || ', which is neither Yes nor No'
            when
                read.automated_decision is null
                or read.automated_decision not in (
                    'AUTOMATED_DECISION_FULLY',
                    'AUTOMATED_DECISION_PARTIALLY',
                    'AUTOMATED_DECISION_NOT_AUTOMATED'
                )
                then shown('automated_decision', read.automated_decision)
                || ', which is not known'
            when
                read.decision_ground is null
                or read.decision_ground not in (
                    'DECISION_GROUND_ILLEGAL_CONTENT', 'DECISION_GROUND_INCOMPATIBLE_CONTENT'
                )
                then shown('decision_ground', read.decision_ground) || ', which is not known'
            when
                coalesce(read.monetary, read.provision, read.account) is null
                and read.visibility is null
                then 'no restriction is stated'
            when not list_has_all(known.restrictions, read.visibility)
                then shown('decision_visibility', array_to_string(read.visibility, ', '))
                || ', which is not known'
            when not list_contains(known.restrictions, read.monetary)
                then shown('decision_monetary', read.monetary) || ', which is not known'
            when not list_contains(known.restrictions, read.provision)
                then shown('decision_provision', read.provision) || ', which is not known'
            when not list_contains(known.restrictions, read.account)
                then shown('decision_account', read.account) || ', which is not known'
        end as rejected_because,
        read.automated_detection = 'Yes' as stated_automated,
        inverted.platform_name is not null as is_inverted
    from read
    cross join known
    cross join wanted
    left join categories on read.category = categories.category
    left join inverted_detection as inverted
        on
            read.platform_name = inverted.platform_name
            and cast(read.created_at as date) between inverted.first_on and inverted.last_on
)

select
    statement_id,
    cast(statement_id as varchar) as case_id,
    is_wanted,
    rejected_because,
    platform_name,
    source_type,
    stated_automated <> is_inverted as is_detected_automatically,
    is_inverted,
    automated_decision = 'AUTOMATED_DECISION_FULLY' as is_decided_automatically,
    case decision_ground
        when 'DECISION_GROUND_ILLEGAL_CONTENT' then 'illegal_content'
        else 'incompatible_content'
    end as legal_ground,
    'DSA' || taxonomy || '-' || replace(category, 'STATEMENT_CATEGORY_', '') as policy_code,
    case
        when scope is null then 'not_stated'
        when country_count = 1 then trim(scope, '"')
        when country_count = 27 and not regexp_matches(scope, '"(IS|LI|NO)"') then 'EU'
        when country_count = 30 then 'EEA'
        else 'several'
    end as region,
    case when visibility is not null then 'content-' || cast(statement_id as varchar) end
        as content_id,
    visibility,
    monetary,
    provision,
    account,
    visibility_ended_at,
    monetary_ended_at,
    provision_ended_at,
    account_ended_at,
    content_at,
    applied_at,
    created_at,
    content_hash
from judged
