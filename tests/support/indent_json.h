// Indents JSON for people without touching its tokens: numbers keep their text.
#pragma once

#include <string>
#include <string_view>

namespace oncobridge::test {

std::string indent_json(std::string_view json);

}  // namespace oncobridge::test
