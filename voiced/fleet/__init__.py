"""What the processes of one installation know of each other: where they meet, who is there, how busy they are."""
