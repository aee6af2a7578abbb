# The command line, as a library of its own: tests run it without the window.
find_package(CLI11 REQUIRED)
lvsdeck_library(lvsdeck_cli
  SOURCES cli.cpp cli_session.cpp cli_files.cpp cli_remote.cpp cli_adopt.cpp cli_drill.cpp cli_setup.cpp
  PUBLIC lvsdeck_cluster
  PRIVATE lvsdeck_formats lvsdeck_source_files lvsdeck_report CLI11::CLI11 Qt6::Gui)
target_compile_definitions(lvsdeck_cli PRIVATE LVSDECK_VERSION="${PROJECT_VERSION}")
