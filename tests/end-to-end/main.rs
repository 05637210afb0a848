//! Drives the real `atelier` command against a real model server, the way a user and other programs do.
