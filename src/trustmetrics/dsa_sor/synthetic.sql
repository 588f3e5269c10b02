-- Grain: one row per invented statement. Platforms and texts are made up; the shares are not those
-- of any platform. A cell is decided by the hash of the statement's number and the column's.
with

numbers as (
    select
        number,
        cast(hash(number, 0) >> 2 as bigint) as h0,
        cast(hash(number, 1) >> 2 as bigint) as h1,
        cast(hash(number, 2) >> 2 as bigint) as h2,
        cast(hash(number, 3) >> 2 as bigint) as h3,
        cast(getvariable('day') as date) as day,
        cast(getvariable('taxonomy') as integer) as taxonomy
    from range(cast(getvariable('first') as bigint), cast(getvariable('stop') as bigint))
        as numbers (number)
),

chosen as (
    select
        *,
        md5('statement ' || number) as digest,
        ['Kleinkram', 'Plauderei', 'Bildersturm', 'Fundgrube'][1 + h0 % 4] as platform,
        h0 // 4 % 10 < 3 as is_illegal,
        ['REMOVED', 'DISABLED', 'DEMOTED', 'AGE_RESTRICTED', 'INTERACTION_RESTRICTED', 'LABELLED'][
            1 + h1 % 6
        ] as visibility,
        h1 // 6 % 20 as decision,
        case
            when taxonomy = 1
                then
                    [
                        'SCOPE_OF_PLATFORM_SERVICE', 'UNSAFE_AND_ILLEGAL_PRODUCTS', 'VIOLENCE',
                        'PORNOGRAPHY_OR_SEXUALIZED_CONTENT', 'SCAMS_AND_FRAUD'
                    ][1 + h2 % 5]
            else
                [
                    'OTHER_VIOLATION_TC', 'UNSAFE_AND_PROHIBITED_PRODUCTS', 'VIOLENCE',
                    'CYBER_VIOLENCE', 'SCAMS_AND_FRAUD'
                ][1 + h2 % 5]
        end as category,
        cast(h2 // 5 % 8 as integer) as delay,
        h3 % 10 as source,
        h3 // 10 % 10 < 7 as is_detected,
        h3 // 100 % 10 as automation
    from numbers
),

countries as (
    select
        '["AT","BE","BG","CY","CZ","DE","DK","EE","ES","FI","FR","GR","HR","HU","IE","IT","LT",'
        || '"LU","LV","MT","NL","PL","PT","RO","SE","SI","SK"]' as eu
)

select
    substr(digest, 1, 8) || '-' || substr(digest, 9, 4) || '-4' || substr(digest, 14, 3) || '-a'
    || substr(digest, 18, 3) || '-' || substr(digest, 21, 12) as uuid,
    case when decision < 16 then '["DECISION_VISIBILITY_CONTENT_' || visibility || '"]' end
        as decision_visibility,
    null as decision_visibility_other,
    case when decision = 3 then cast(day + 30 as varchar) || ' 00:00:00' end
        as end_date_visibility_restriction,
    case when decision = 16 then 'DECISION_MONETARY_SUSPENSION' end as decision_monetary,
    null as decision_monetary_other,
    null as end_date_monetary_restriction,
    case when decision = 17 then 'DECISION_PROVISION_PARTIAL_SUSPENSION' end as decision_provision,
    null as end_date_service_restriction,
    case when decision > 17 then 'DECISION_ACCOUNT_SUSPENDED' end as decision_account,
    case when decision = 19 then cast(day + 7 as varchar) || ' 00:00:00' end
        as end_date_account_restriction,
    case when decision > 17 then 'ACCOUNT_TYPE_PRIVATE' end as account_type,
    'DECISION_GROUND_' || if(is_illegal, 'ILLEGAL', 'INCOMPATIBLE') || '_CONTENT'
        as decision_ground,
    null as decision_ground_reference_url,
    case when is_illegal then 'Act on invented offences, section ' || h0 % 40 end
        as illegal_content_legal_ground,
    case
        when is_illegal
            then 'The content shows, as item ' || number || ', what section ' || h0 % 40
            || ' of the act forbids; a "notice" named it.'
    end as illegal_content_explanation,
    case when not is_illegal then 'House rules, section ' || h0 % 40 end
        as incompatible_content_ground,
    case
        when not is_illegal
            then 'The content was found, on review, to break section ' || h0 % 40
            || ' of the house rules, which ask that "commercial" messages be marked as such.'
    end as incompatible_content_explanation,
    case when not is_illegal then 'No' end as incompatible_content_illegal,
    'STATEMENT_CATEGORY_' || category as category,
    '[]' as category_addition,
    '["KEYWORD_OTHER"]' as category_specification,
    null as category_specification_other,
    '["CONTENT_TYPE_' || ['TEXT', 'IMAGE', 'VIDEO', 'PRODUCT'][1 + h1 % 4] || '"]' as content_type,
    null as content_type_other,
    ['DE', 'FR', 'EN', 'PL'][1 + h2 % 4] as content_language,
    cast(day - 1 - delay as varchar) || ' 00:00:00' as content_date,
    null as content_id_ean,
    if(h3 % 5 = 0, '["DE"]', countries.eu) as territorial_scope,
    cast(day - 1 as varchar) || ' 00:00:00' as application_date,
    'The item was posted by the account and found ' || if(is_detected, 'by a classifier', 'by hand')
    || '; case ' || number || ' of this year. A person looked at it where the classifier was not '
    || 'sure, compared it to the rules named above, and decided so.' as decision_facts,
    'SOURCE_' || case
        when source = 0 then 'ARTICLE_16'
        when source = 1 then 'TRUSTED_FLAGGER'
        when source = 2 then 'TYPE_OTHER_NOTIFICATION'
        else 'VOLUNTARY'
    end as source_type,
    null as source_identity,
    if(is_detected, 'Yes', 'No') as automated_detection,
    'AUTOMATED_DECISION_' || case
        when automation < 6 then 'FULLY'
        when automation < 8 then 'PARTIALLY'
        else 'NOT_AUTOMATED'
    end as automated_decision,
    platform as platform_name,
    'uid-' || number as platform_uid,
    strftime(day + interval (number % 86400) second, '%Y-%m-%d %H:%M:%S') as created_at
from chosen
cross join countries
