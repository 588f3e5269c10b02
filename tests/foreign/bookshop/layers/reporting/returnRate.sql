{{ config(tags=['kpi']) }}
SELECT
    DATE_TRUNC('month', o.orderedOn) AS month,
    AVG(CASE WHEN r.returnedOn <= o.orderedOn + {{ var('returnWindowDays') }} THEN 1.0 ELSE 0.0 END)
        AS returnRate
FROM {{ ref('orders') }} AS o
LEFT JOIN {{ ref('returns') }} AS r ON o.orderId = r.orderId
GROUP BY 1
