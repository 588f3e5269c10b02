-- Grain: one row per metric, version, period grain, period and slice value.
-- Why: the one table that BI tools and reports read; each metric's own model defines it.
{{ kpi_union() }}
