"""Programs for developers: demo, shop window, benchmarks, chaos, the functions' description, and the lanes of tests."""
