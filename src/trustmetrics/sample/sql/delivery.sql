-- How a table's facts arrive: each as one version, and some as more. Grain: one row per version.
--
--   open        what was known when it began, before the rest had happened
--   first       the row; two in a hundred come one to nine days late
--   correction  one in 100: a newer version that differs in a column
--   tombstone   one in 1,000: a newer version that removes the entity and holds its key alone
--   tie         one in 5,000: the row a second time, equal to the microsecond
--   conflict    one in 20,000: a second row of the same ingested_at that differs in a column
--   breach      one in 10,000: a newer version that breaks the contract in one column
--
-- Filled in by the runner: a table's select, and its columns with what each version makes of them.
-- Ordered by key, so that equal samples are equal files.
copy (
    with facts as (
        $facts
    ),

    lots as (
        select
            *,
            draw('version of $table', hash($key)) as lot,
        from facts
    ),

    versions as (
        select
            *,
            case
                when $is_reference then []
                when lot % 100 = 1 and lot // 100 % 50 = 0 then ['tie']
                when lot % 100 = 2 and lot // 100 % 200 = 0 then ['conflict']
                when lot % 100 = 3 then ['correction']
                when lot % 100 = 4 and lot // 100 % 10 = 0 and not ($is_kept) then ['tombstone']
                when lot % 100 = 5 and lot // 100 % 100 = 0 then ['breach']
                else []
            end as extra,
            case when $opened_at is not null then ['open', 'first'] else ['first'] end as usual,
            known_at + to_milliseconds(60000 + lot // 7 % 5400000) as arrived_at,
            case when $opened_at is null and not $is_reference and lot // 10000 % 50 = 0
                then to_milliseconds(86400000 + lot // 11 % 691200000)
                else to_milliseconds(0)
            end as delay,
            to_milliseconds(21600000 + lot // 13 % 432000000) as revision_delay,
        from lots
    ),

    delivered as (
        select
            * exclude (extra, usual),
            unnest(list_concat(usual, extra)) as version,
        from versions
    ),

    stamped as (
        select
            *,
            case
                when arrived_at + delay < getvariable('last_ingestion') then arrived_at + delay
                else arrived_at
            end as first_at,
            case
                when version = 'open'
                    then $opened_at + to_milliseconds(30000 + lot // 7 % 25000)
                when version in ('first', 'tie', 'conflict') then first_at
                else first_at + revision_delay
            end as ingested_at,
            case when version = 'tombstone' then true when lot % 3 = 0 then false end as is_deleted,
        from delivered
    ),

    final as (
        select
            $columns,
            ingested_at,
            is_deleted,
            version,
            lot,
        from stamped
        where version = 'first' or ingested_at < getvariable('last_ingestion')
    )

    select * exclude (version, lot)
    from final
    order by $key, ingested_at, version, lot
) to '$file' (format parquet, compression zstd)
