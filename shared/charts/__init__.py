"""One small function a chart: a SafeTable in, an Altair chart out."""
