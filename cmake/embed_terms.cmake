# Writes every code table of converters/terms as a string into one C++ file.
# Raw string literals are limited to 64 KiB by some compilers, so a table is split into lines.
file(WRITE ${OUT} "// Generated from converters/terms/*.csv by cmake/embed_terms.cmake.\n"
     "#include \"converters/terms.h\"\n\nnamespace oncobridge {\nnamespace {\n")
set(names "")
foreach(table IN LISTS TABLES)
  get_filename_component(name ${table} NAME_WE)
  file(READ ${table} hex HEX)
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${hex}")
  file(APPEND ${OUT} "constexpr unsigned char k_${name}[] = {${bytes}0};\n")
  string(APPEND names
         "    {\"${name}.csv\", {reinterpret_cast<const char*>(k_${name}), sizeof(k_${name}) - 1}},\n")
endforeach()
file(APPEND ${OUT} "const TermTable kTables[] = {\n${names}};\n}  // namespace\n\n"
     "std::span<const TermTable> embedded_term_tables() { return kTables; }\n}  // namespace oncobridge\n")
