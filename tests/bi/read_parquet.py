"""What pandas says of a file of kpi_trends, as JSON. Run with Superset's interpreter."""

import json
import sys

import pandas

trends = pandas.read_parquet(sys.argv[1])
row = trends[
    (trends["metric"] == "detection_precision")
    & (trends["slice"] == "overall")
    & (trends["period_grain"] == "month")
    & trends["is_latest_mature"]
]
print(json.dumps({"rows": len(trends), "number": row["value"].tolist()}))
