"""The transparency reports that Regulation (EU) 2022/2065, the Digital Services Act, asks for."""
