{{ config(materialized='table') }}
-- Grain: one row per programme, phase, session, item with at least two raters, and rating given to
-- it.
-- Why: agreement among raters is read off how often each rating was given to an item. A programme
-- belongs to the day of its last `after` session; one without has no period.
with ratings as (
    select * from {{ ref('stg_calibration_ratings') }}
),

programmes as (
    select
        programme_id,
        max(session_date) as last_session_on
    from ratings
    where phase = 'after'
    group by programme_id
),

counted as (
    select
        programme_id,
        phase,
        session_id,
        item_id,
        rating,
        count(*) as rating_count
    from ratings
    group by
        programme_id,
        phase,
        session_id,
        item_id,
        rating
),

sized as (
    select
        *,
        sum(rating_count) over (
            partition by programme_id, phase, session_id, item_id
        ) as rater_count
    from counted
),

final as (
    select
        sized.programme_id,
        programmes.last_session_on,
        sized.phase,
        sized.session_id,
        sized.item_id,
        sized.rating,
        sized.rating_count,
        sized.rater_count
    from sized
    inner join programmes on sized.programme_id = programmes.programme_id
    where sized.rater_count >= 2
)

select * from final
