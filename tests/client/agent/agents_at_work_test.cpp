// Agents at work in sessions of a real hub.
#include "client/agent/agent.hpp"
