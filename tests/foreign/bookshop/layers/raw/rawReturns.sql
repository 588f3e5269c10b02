SELECT orderId, returnedAt
FROM read_csv('{{ env_var("BOOKSHOP_DATA", "data") }}/returns.csv', all_varchar = true)
