-- One row per order that was paid.
SELECT
    o.orderId,
    o.customerId,
    c.region,
    CAST(o.orderedAt AS DATE) AS orderedOn,
    {{ inEuro('o.amountCents') }} / (1 + CAST(c.vatRate AS DOUBLE)) AS netAmount
FROM {{ ref('rawOrders') }} AS o
JOIN {{ ref('countries') }} AS c ON o.countryCode = c.countryCode
WHERE o.status = 'paid'
