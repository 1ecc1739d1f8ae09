# Helpers that every CMakeLists.txt of the project uses. trocar_options carries language, warnings and sanitizers.

add_library(trocar_options INTERFACE)
target_compile_features(trocar_options INTERFACE cxx_std_20)
target_include_directories(trocar_options INTERFACE ${CMAKE_SOURCE_DIR})
if(CMAKE_CXX_COMPILER_ID MATCHES "GNU|Clang")
    target_compile_options(trocar_options INTERFACE
        -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor -Woverloaded-virtual
        -Wimplicit-fallthrough $<$<BOOL:${TROCAR_WERROR}>:-Werror>)
    if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
        # GCC 12 at -O3 sees overlapping copies in std::string::insert that are none (its bug 105651).
        target_compile_options(trocar_options INTERFACE $<$<CONFIG:Release>:-Wno-restrict>)
    endif()
elseif(MSVC)
    target_compile_options(trocar_options INTERFACE /W4 /permissive- /utf-8)
endif()
if(TROCAR_SANITIZE)
    if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
        # GCC's instrumentation makes it see uninitialised reads in moved std::variants that are none (its manual,
        # -fsanitize: "may cause false positives").
        target_compile_options(trocar_options INTERFACE -Wno-maybe-uninitialized)
    endif()
    target_compile_options(trocar_options INTERFACE -fsanitize=${TROCAR_SANITIZE} -fno-omit-frame-pointer
                           -fno-sanitize-recover=all)
    target_link_options(trocar_options INTERFACE -fsanitize=${TROCAR_SANITIZE})
endif()
if(TROCAR_FUZZ)
    target_compile_options(trocar_options INTERFACE -fsanitize=fuzzer-no-link)
endif()

# trocar_library(NAME SOURCES ... HEADERS ... LINK ... [PRIVATE_LINK ...])
# A static library whose headers are compiled alone by the target all_verify_interface_header_sets.
function(trocar_library name)
    cmake_parse_arguments(ARG "" "" "SOURCES;HEADERS;LINK;PRIVATE_LINK" ${ARGN})
    add_library(${name} STATIC ${ARG_SOURCES})
    target_sources(${name} PUBLIC FILE_SET HEADERS BASE_DIRS ${CMAKE_SOURCE_DIR} FILES ${ARG_HEADERS})
    set_target_properties(${name} PROPERTIES VERIFY_INTERFACE_HEADER_SETS ON)
    target_link_libraries(${name} PUBLIC trocar_options ${ARG_LINK} PRIVATE ${ARG_PRIVATE_LINK})
endfunction()

# trocar_test(NAME LINK ... [LABELS ...] [SOURCES ...]): one Qt Test program from NAME.cpp, run offscreen.
function(trocar_test name)
    cmake_parse_arguments(ARG "" "" "LINK;LABELS;SOURCES" ${ARGN})
    add_executable(${name} ${name}.cpp ${ARG_SOURCES})
    set_target_properties(${name} PROPERTIES AUTOMOC ON)
    target_link_libraries(${name} PRIVATE Qt6::Test trocar_options ${ARG_LINK})
    target_compile_definitions(${name} PRIVATE TROCAR_SOURCE_DIR="${CMAKE_SOURCE_DIR}" QT_NO_SIGNALS_SLOTS_KEYWORDS QT_NO_EMIT)
    add_test(NAME ${name} COMMAND ${name})
    set_tests_properties(${name} PROPERTIES
        ENVIRONMENT "QT_QPA_PLATFORM=offscreen;QT_LOGGING_RULES=*.debug=false" LABELS "${ARG_LABELS}" TIMEOUT 1200)
endfunction()
