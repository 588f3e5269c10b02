{{ config(materialized='table') }}
-- Grain: one row per period grain, period and slice value with activity.
-- Why: views, messages and transactions add up over days, surfaces and regions, so one table serves
-- every rate per volume.
with subjects as (
    select
        activity_date as period_at,
        surface,
        region,
        content_views,
        messages_sent,
        transactions
    from {{ ref('stg_activity_daily') }}
),

{{ kpi_sliced(
    slices=['surface', 'region'],
    measures={
        'content_views': 'sum(content_views)',
        'messages_sent': 'sum(messages_sent)',
        'transactions': 'sum(transactions)',
    },
    grains=all_grains()
) }}

select * from sliced
