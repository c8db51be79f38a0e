// Text of others on a terminal: file names and servers' words may hold anything.
#pragma once

#include <string>
#include <string_view>

namespace oncobridge::tools {

// On one line, with a blank for each control character (also those of two bytes above ASCII), so
// that a terminal obeys none.
std::string printable(std::string_view text);

// Whether standard output is a pipe that nobody reads any more, as when `| head` has enough: then
// it cannot be written, and there is nothing to complain of.
bool has_reader_left();

}  // namespace oncobridge::tools
