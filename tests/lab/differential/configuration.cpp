// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/lab/differential/configuration.hpp"

#include <algorithm>
#include <fstream>
#include <sstream>

namespace lvsdeck::lab {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> wordsOf(const std::string& text) {
    std::istringstream stream(text);
    std::vector<std::string> words;
    for (std::string word; stream >> word;)
        words.push_back(word);
    return words;
}

/// The text behind the first `count` words.
std::string after(const std::string& text, int count) {
    std::size_t at = 0;
    for (int i = 0; i < count; ++i) {
        at = std::min(text.find_first_not_of(' ', at), text.size());
        at = std::min(text.find(' ', at), text.size());
    }
    at = std::min(text.find_first_not_of(' ', at), text.size());
    return text.substr(at);
}

Milliseconds seconds(const std::string& text) {
    return Milliseconds(static_cast<Milliseconds::rep>(std::stod(text) * 1000.0 + 0.5));
}

bool take(Configuration& into, const std::string& directive) {
    const auto words = wordsOf(directive);
    if (words.size() < 2)
        return false;
    const std::string& kind = words[0];
    if (kind == "directors")
        into.directors = {words.begin() + 1, words.end()};
    else if (kind == "vips")
        into.virtualAddresses = {words.begin() + 1, words.end()};
    else if (kind == "wait")
        into.wait = seconds(words[1]);
    else if (kind == "interval")
        into.interval = seconds(words[1]);
    else if (kind == "blink")
        into.blink = seconds(words[1]);
    else if (kind == "until")
        into.until = seconds(words[1]);
    else if (kind == "on" && words.size() > 2)
        into.preparations.push_back({words[1], after(directive, 2)});
    else if (kind == "at" && words.size() >= 4)
        into.faults.push_back({seconds(words[1]), {words.begin() + 2, words.end()}, after(directive, 4)});
    else
        return false;
    return true;
}

} // namespace

Configuration readConfiguration(const fs::path& file) {
    Configuration configuration;
    configuration.name = file.stem();
    std::ifstream stream(file);
    if (!stream)
        throw LabError("cannot read " + file.string());
    constexpr std::string_view mark = "# lab: ";
    for (std::string line; std::getline(stream, line);) {
        if (!line.starts_with(mark))
            configuration.text += line + '\n';
        else if (!take(configuration, line.substr(mark.size())))
            throw LabError(file.string() + ": no such directive: " + line);
    }
    return configuration;
}

std::vector<fs::path> configurationFiles(const std::string& folder) {
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(fs::path(LVSDECK_SOURCE_FOLDER) / "tests/lab/differential" / folder))
        if (entry.path().extension() == ".conf")
            files.push_back(entry.path());
    std::ranges::sort(files);
    return files;
}

formats::Imported importConfiguration(const Configuration& configuration) {
    std::vector<formats::SourceText> sources;
    for (const auto& director : configuration.directors)
        sources.push_back({director, director + ".conf", configuration.text, director});
    auto imported = formats::readAny(formats::Format::Keepalived, sources);
    if (!imported)
        throw LabError(configuration.name + " cannot be read: " + imported.error().text);
    return std::move(*imported);
}

Configuration exported(const Configuration& configuration) {
    formats::WriteOptions options;
    options.keepalived.conditional = configuration.directors.size() > 1;
    auto text = formats::writeAny(formats::Format::Keepalived, importConfiguration(configuration).cluster, options);
    if (!text)
        throw LabError(configuration.name + " cannot be written: " + text.error().text);
    Configuration out = configuration;
    out.text = std::move(text->text);
    return out;
}

} // namespace lvsdeck::lab
