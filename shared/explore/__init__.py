"""The interactive side: widgets for JupyterLab, and JupyterLab itself on a closed network."""
