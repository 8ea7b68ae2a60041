"""What every part uses: errors, exit codes, the console, safe text, tables of rows."""
