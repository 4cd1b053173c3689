// RE2 has C++ headers alone, which CPatterns includes: this module says what is linked.
