-- Rejects the records with a restriction of visibility that is not known.
update statement
set rejected_because = shown('decision_visibility', visibilities.cell) || ', which is not known'
from visibilities
where
    statement.visibility = visibilities.cell
    and visibilities.is_unknown
    and statement.rejected_because is null
