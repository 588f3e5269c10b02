SELECT orderId, customerId, countryCode, orderedAt, status, amountCents
FROM read_csv('{{ env_var("BOOKSHOP_DATA", "data") }}/orders.csv', all_varchar = true)
