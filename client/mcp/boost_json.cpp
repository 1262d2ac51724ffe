#include <boost/json/src.hpp> // the library itself: once in a program
