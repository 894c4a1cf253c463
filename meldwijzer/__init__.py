"""What the Rasa server, the action server and the command line share."""
