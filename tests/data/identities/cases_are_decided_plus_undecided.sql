-- Of the cases opened in a month, each is named by a decision or by none: cases = decided +
-- undecided, both counted in staging, and int_cases counts as many of each (methodology, Life of a
-- case). Returns the months in which it does not.
with named as (
    select distinct case_id from {{ ref('stg_decisions') }}
),

staged as (
    select
        date_trunc('month', cases.opened_at) as opened_in,
        count(*) as case_count,
        count(named.case_id) as decided_count
    from {{ ref('stg_cases') }} as cases
    left join named on cases.case_id = named.case_id
    group by date_trunc('month', cases.opened_at)
),

lives as (
    select
        date_trunc('month', opened_at) as opened_in,
        count(*) filter (where is_decided) as decided_count,
        count(*) filter (where disposition = 'undecided') as undecided_count
    from {{ ref('int_cases') }}
    group by date_trunc('month', opened_at)
)

select
    staged.*,
    lives.opened_in as lived_in,
    lives.decided_count as lives_decided_count,
    lives.undecided_count as lives_undecided_count
from staged
full join lives on staged.opened_in = lives.opened_in
where
    staged.case_count is null
    or lives.decided_count is null
    or staged.case_count <> lives.decided_count + lives.undecided_count
    or staged.decided_count <> lives.decided_count
