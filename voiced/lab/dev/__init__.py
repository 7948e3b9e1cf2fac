"""Every vendor emulated on this machine at fixed ports, for those who integrate offline: what `voiced dev` runs."""
