//! Protocols: what synchronisation sees of a program, explored within bounds.
