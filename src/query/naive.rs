//! A matcher written from the language text alone, to judge the real one by.
