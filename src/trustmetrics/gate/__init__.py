"""The gate: no number changes its meaning without a trace (docs/guides/gate.md).

Each module imports only from lines above its own:

    paths finding git dbt_run semantic comparison
    history words
    vocabulary compiled
    rules state results
    gate
    bumping sync diff impact
    bump_vocabulary initialising render
    command

What dbt compiles becomes a State, two registers and a State become a Comparison, the rules make
findings of it, and render puts them into words. Modules that load duckdb or sqlglot are imported
where they are used: most runs of the gate end without them.
"""
