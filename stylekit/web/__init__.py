"""The page that stylizes photos in a browser: its files, and a server for this device."""
