# SPDX-License-Identifier: GPL-3.0-or-later
# One target that carries our compiler settings, and one function that makes a library follow the house rules.
find_package(Threads REQUIRED)
find_package(Boost 1.81 REQUIRED COMPONENTS json)

add_library(lvsdeck_options INTERFACE)
target_compile_features(lvsdeck_options INTERFACE cxx_std_23)
target_include_directories(lvsdeck_options INTERFACE ${PROJECT_SOURCE_DIR} ${PROJECT_BINARY_DIR})
target_compile_definitions(lvsdeck_options INTERFACE
  BOOST_ASIO_NO_DEPRECATED BOOST_ASIO_NO_TS_EXECUTORS BOOST_ASIO_DISABLE_BOOST_REGEX)
target_compile_options(lvsdeck_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor -Wold-style-cast -Wsuggest-override
  $<$<BOOL:${LVSDECK_WERROR}>:-Werror>
  $<$<CONFIG:Release>:-fstack-protector-strong>
  # What no program calls is not in it, and then not in its memory.
  $<$<CONFIG:Release>:-ffunction-sections>)
target_link_options(lvsdeck_options INTERFACE $<$<CONFIG:Release>:-Wl,--gc-sections>)
if(LVSDECK_SANITIZE)
  target_compile_options(lvsdeck_options INTERFACE -fsanitize=${LVSDECK_SANITIZE} -fno-omit-frame-pointer)
  target_link_options(lvsdeck_options INTERFACE -fsanitize=${LVSDECK_SANITIZE})
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # GCC 12 reports false maybe-uninitialized findings inside instrumented standard headers.
    target_compile_options(lvsdeck_options INTERFACE -Wno-maybe-uninitialized)
  endif()
endif()
if(LVSDECK_FUZZ)
  # Without it in the libraries the fuzzers do not see what their inputs reach there.
  target_compile_options(lvsdeck_options INTERFACE -fsanitize=fuzzer-no-link)
endif()

# For what is done now and then: the agent lies in memory for years, and half of its code may do that in half the room.
set(LVSDECK_SMALL $<$<CONFIG:Release>:-Os>)

# lvsdeck_library(NAME [SMALL] SOURCES... [PUBLIC libs...] [PRIVATE libs...])
function(lvsdeck_library name)
  cmake_parse_arguments(ARG "SMALL" "" "SOURCES;PUBLIC;PRIVATE" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  if(ARG_SMALL)
    target_compile_options(${name} PRIVATE ${LVSDECK_SMALL})
  endif()
  target_link_libraries(${name} PUBLIC lvsdeck_options ${ARG_PUBLIC} PRIVATE ${ARG_PRIVATE})
endfunction()

# lvsdeck_gtest(NAME LABEL unit|simulation|gui SOURCES... LIBRARIES...): one GoogleTest program, one ctest entry.
function(lvsdeck_gtest name)
  cmake_parse_arguments(ARG "" "LABEL;TIMEOUT" "SOURCES;LIBRARIES" ${ARGN})
  if(NOT ARG_LABEL)
    set(ARG_LABEL unit)
  endif()
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 300)
  endif()
  find_package(GTest REQUIRED)
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE ${ARG_LIBRARIES} lvsdeck_options GTest::gmock GTest::gtest_main)
  add_test(NAME ${name} COMMAND ${name})
  set_tests_properties(${name} PROPERTIES LABELS ${ARG_LABEL} TIMEOUT ${ARG_TIMEOUT})
endfunction()
