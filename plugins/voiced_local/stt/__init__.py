"""Speech to text: Whisper base in the inference process, and the provider that feeds it utterance by utterance."""
