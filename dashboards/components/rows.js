// The rows of a query as plain objects. A query of Evidence is a proxy that fetches when it is read.
export function rowsOf(query) {
	if (query?.isQuery) query.fetch();
	return [...(query ?? [])].map((row) => (typeof row.toJSON === 'function' ? row.toJSON() : row));
}
