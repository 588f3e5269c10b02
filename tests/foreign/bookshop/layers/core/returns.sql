SELECT orderId, MIN(CAST(returnedAt AS DATE)) AS returnedOn
FROM {{ ref('rawReturns') }}
GROUP BY orderId
