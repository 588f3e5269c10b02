"""What SQLAlchemy says of the three tables at a URI, as JSON. Run with Superset's interpreter."""

import json
import sys

from sqlalchemy import create_engine, inspect, text

NUMBER = (
    "select value from marts.kpi_trends where metric = 'detection_precision' and slice = 'overall' "
    "and period_grain = 'month' and is_latest_mature"
)

engine = create_engine(sys.argv[1])
look = inspect(engine)
said: dict[str, object] = {}
with engine.connect() as connection:
    for table in ("kpi_trends", "dim_metrics", "dim_periods"):
        columns = look.get_columns(table, schema="marts")
        said[table] = {
            "columns": {one["name"]: one["type"].python_type.__name__ for one in columns},
            "rows": connection.execute(text(f"select count(*) from marts.{table}")).scalar(),
        }
    said["number"] = connection.execute(text(NUMBER)).scalar()
print(json.dumps(said))
