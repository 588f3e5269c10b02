{{ config(tags=['kpi']) }}
SELECT
    DATE_TRUNC('month', orderedOn) AS month,
    region,
    SUM(netAmount) AS netSales,
    COUNT(*) AS orderCount
FROM {{ ref('orders') }}
GROUP BY 1, 2
