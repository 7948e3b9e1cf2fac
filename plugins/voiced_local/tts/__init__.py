"""Text to speech: Kokoro (natural, half real time) and Pico (robotic, instant), behind one provider."""
