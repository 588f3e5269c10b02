"""The edits that the gate is judged by: some change what metrics mean, some change nothing."""
