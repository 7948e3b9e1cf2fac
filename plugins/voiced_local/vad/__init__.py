"""Voice activity detection in the call worker: webrtcvad behind a level gate, and Silero behind both."""
