-- Krippendorff's alpha for nominal data against published values. Sources: Krippendorff K (2011),
-- Computing Krippendorff's alpha-reliability: four raters and twelve units with missing ratings,
-- .7434211, 40 ratings that pair; two raters, ten and twelve units, .0952381 and .6919643. Fleiss
-- JL (1971), Psychological Bulletin 76: 378-382: thirty subjects and six raters, whose alpha is
-- .4334098. A line holds one rater's ratings, or one subject's; a point is a missing rating.
-- Returns the studies that are missing or differ.
with positions as (
    select *
    from (
        values (1), (2), (3), (4), (5), (6), (7), (8), (9), (10), (11), (12)
    ) as position (position)
),

lines as (
    select *
    from (
        values
        ('four raters', 1, '123321412...', true), ('four raters', 2, '1233224125.3', true),
        ('four raters', 3, '.3332342251.', true), ('four raters', 4, '12332441251.', true),
        ('two values', 1, '0100000010', true), ('two values', 2, '1110010000', true),
        ('two raters', 1, 'aabbdcccedda', true), ('two raters', 2, 'babbbccceddd', true),
        ('fleiss', 1, '444444', false), ('fleiss', 2, '222555', false),
        ('fleiss', 3, '233335', false), ('fleiss', 4, '555555', false),
        ('fleiss', 5, '222444', false), ('fleiss', 6, '113333', false),
        ('fleiss', 7, '333355', false), ('fleiss', 8, '113334', false),
        ('fleiss', 9, '114444', false), ('fleiss', 10, '555555', false),
        ('fleiss', 11, '144444', false), ('fleiss', 12, '124444', false),
        ('fleiss', 13, '222333', false), ('fleiss', 14, '144444', false),
        ('fleiss', 15, '224445', false), ('fleiss', 16, '333335', false),
        ('fleiss', 17, '111455', false), ('fleiss', 18, '111112', false),
        ('fleiss', 19, '224444', false), ('fleiss', 20, '133555', false),
        ('fleiss', 21, '555555', false), ('fleiss', 22, '244444', false),
        ('fleiss', 23, '224555', false), ('fleiss', 24, '114444', false),
        ('fleiss', 25, '144445', false), ('fleiss', 26, '222224', false),
        ('fleiss', 27, '111155', false), ('fleiss', 28, '224444', false),
        ('fleiss', 29, '133333', false), ('fleiss', 30, '555555', false)
    ) as line (study, line_number, written, is_rater)
),

observed as (
    select
        lines.study,
        case when lines.is_rater then positions.position else lines.line_number end as unit,
        substr(lines.written, positions.position, 1) as rating
    from lines
    inner join positions on length(lines.written) >= positions.position
),

counted as (
    select
        study,
        unit,
        rating,
        count(*) as rating_count
    from observed
    where rating <> '.'
    group by
        study,
        unit,
        rating
),

sized as (
    select
        *,
        sum(rating_count) over (partition by study, unit) as rater_count
    from counted
),

ratings as (
    select
        study,
        cast('2023-07-01' as date) as period_at,
        rating,
        rating_count,
        {{ ratio('rating_count * (rater_count - rating_count)', 'rater_count - 1') }}
            as disagreeing_count
    from sized
    where rater_count > 1
),

{{ nominal_alpha(slices=['study'], grains=['quarter']) }},

published as (
    select *
    from (
        values
        ('four raters', 0.7434211, 40), ('two values', 0.0952381, 20),
        ('two raters', 0.6919643, 24), ('fleiss', 0.4334098, 180)
    ) as study (study, alpha, ratings)
)

select
    published.*,
    estimates.value,
    estimates.sample_size
from published
left join estimates
    on
        estimates.slice = 'study'
        and published.study = estimates.slice_value
where
    estimates.value is null
    or abs(estimates.value - published.alpha) > 5e-8
    or estimates.sample_size <> published.ratings
