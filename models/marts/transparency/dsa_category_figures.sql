-- Grain: one row per reporting period, region, part (3 to 6), category, sub-category, scope and
-- indicator that something was counted for.
-- Why: what the templates of a DSA transparency report ask for by category, under the names of
-- their columns in src/trustmetrics/dsa/template.yml. A report puts 0 where a count has no row.
with orders as (
    select
        *,
        order_type = 'provide_information' as is_information,
        case when inform_seconds <= 3600 then 0 else inform_seconds end as automated_inform_seconds
    from {{ ref('int_dsa_orders') }}
    where member_state in {{ dsa_member_states() }}
),

notices as (
    select * from {{ ref('int_dsa_notices') }}
),

measures as (
    select * from {{ ref('int_dsa_measures') }}
),

-- By the category that the notice alleges, whatever the action was taken for.
noticed_measures as (
    select
        action_id,
        actioned_at,
        region,
        is_illegal,
        notice_category as category,
        notice_keyword as keyword,
        notice_description as description,
        notice_seconds,
        trusted_notice_seconds
    from measures
    where basis = 'notice'
),

own_measures as (
    select * from measures
    where basis = 'own_initiative'
),

placed_orders as (
    {{ dsa_placed('orders', 'received_at', has_region=false) }}
),

order_figures as (
    select
        {{ dsa_place('placed_orders') }},
        3 as part,
        case scopes.scope when 'total' then 'total' else placed_orders.member_state end as scope,
        count(*) filter (where not placed_orders.is_information) as orders,
        sum(case when placed_orders.is_information then 0 else placed_orders.items_concerned end)
            as items,
        {%- for prefix, condition in {
            '': 'not placed_orders.is_information',
            'information_': 'placed_orders.is_information',
        }.items() %}
        {%- for hours, seconds, count in [
            ('inform_hours', 'inform_seconds', 'informed'),
            ('inform_hours_automated', 'automated_inform_seconds', 'informed_automated'),
            ('effect_hours', 'effect_seconds', 'effected'),
        ] %}
        {%- set timed = 'case when ' ~ condition ~ ' then placed_orders.' ~ seconds ~ ' end' %}
        {{ dsa_median_hours(timed) }} as {{ prefix }}{{ hours }},
        count({{ timed }}) as {{ prefix }}{{ count }},
        {%- endfor %}
        {%- endfor %}
        count(*) filter (where placed_orders.is_information) as information_orders
    from placed_orders
    cross join ({{ literal_rows('scope', ['total', 'state']) }}) as scopes
    group by
        {{ dsa_place('placed_orders') }},
        case scopes.scope when 'total' then 'total' else placed_orders.member_state end
),

placed_notices as (
    {{ dsa_placed('notices', 'reported_at') }}
),

notice_figures as (
    select
        {{ dsa_place() }},
        4 as part,
        'total' as scope,
        count(*) as notices,
        count(*) filter (where is_trusted) as notices_tf,
        sum(item_count) as items,
        sum(case when is_trusted then item_count else 0 end) as items_tf
    from placed_notices
    group by
        {{ dsa_place() }}
),

placed_noticed as (
    {{ dsa_placed('noticed_measures', 'actioned_at') }}
),

noticed_figures as (
    select
        {{ dsa_place() }},
        4 as part,
        'total' as scope,
        {{ dsa_median_hours('notice_seconds') }} as hours,
        count(notice_seconds) as timed,
        {{ dsa_median_hours('trusted_notice_seconds') }} as hours_tf,
        count(trusted_notice_seconds) as timed_tf,
        count(*) filter (where is_illegal) as law,
        count(*) filter (where is_illegal and trusted_notice_seconds is not null) as law_tf,
        count(*) filter (where not is_illegal) as terms,
        count(*) filter (where not is_illegal and trusted_notice_seconds is not null) as terms_tf
    from placed_noticed
    group by
        {{ dsa_place() }}
),

placed_own as (
    {{ dsa_placed('own_measures', 'actioned_at') }}
),

own_figures as (
    select
        {{ dsa_place() }},
        part,
        'total' as scope,
        count(*) as measures,
        count(*) filter (where is_solely_automated) as automated,
        count(*) filter (where action_type = 'content_removed') as removal,
        count(*) filter (where action_type = 'content_disabled') as disable,
        count(*) filter (where action_type = 'content_demoted') as demoted,
        count(*) filter (where action_type = 'content_age_restricted') as age_restricted,
        count(*) filter (where action_type = 'interaction_restricted') as interaction_restricted,
        count(*) filter (where action_type = 'content_labelled') as labelled,
        count(*) filter (where action_type = 'monetisation_suspended') as monetary_suspension,
        count(*) filter (where action_type = 'monetisation_terminated') as monetary_termination,
        count(*) filter (where action_type = 'service_suspended') as service_suspension,
        count(*) filter (where action_type = 'service_terminated') as service_termination,
        count(*) filter (where action_type = 'account_suspended') as account_suspension,
        count(*) filter (where action_type = 'account_terminated') as account_termination
    from placed_own
    group by
        {{ dsa_place() }},
        part
),

unpivoted as (
    {{ dsa_unpivoted('order_figures', {
        'orders': 'orders',
        'items': 'orders',
        'inform_hours': 'informed',
        'inform_hours_automated': 'informed_automated',
        'effect_hours': 'effected',
        'information_orders': 'information_orders',
        'information_inform_hours': 'information_informed',
        'information_inform_hours_automated': 'information_informed_automated',
        'information_effect_hours': 'information_effected',
    }) }}

    union all

    {{ dsa_unpivoted('notice_figures', {
        'notices': 'notices',
        'notices_tf': 'notices_tf',
        'items': 'notices',
        'items_tf': 'notices_tf',
    }) }}

    union all

    {{ dsa_unpivoted('noticed_figures', {
        'hours': 'timed',
        'hours_tf': 'timed_tf',
        'law': 'timed',
        'law_tf': 'timed_tf',
        'terms': 'timed',
        'terms_tf': 'timed_tf',
    }) }}

    union all

    {{ dsa_unpivoted('own_figures', {
        'measures': 'measures',
        'automated': 'measures',
        'removal': 'measures',
        'disable': 'measures',
        'demoted': 'measures',
        'age_restricted': 'measures',
        'interaction_restricted': 'measures',
        'labelled': 'measures',
        'monetary_suspension': 'measures',
        'monetary_termination': 'measures',
        'service_suspension': 'measures',
        'service_termination': 'measures',
        'account_suspension': 'measures',
        'account_termination': 'measures',
    }) }}
),

final as (
    {{ dsa_final('unpivoted') }}
)

select * from final
