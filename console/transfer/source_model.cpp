// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/transfer/source_model.hpp"

#include "console/theme/tokens.hpp"

#include <QFileInfo>
#include <QLocale>

#include <algorithm>

namespace lvsdeck::console {

namespace {

bool fitsAnId(const QString& id) {
    return !id.isEmpty() && id.size() <= 63 && std::ranges::all_of(id, [](QChar c) {
        return (c >= QChar('a') && c <= QChar('z')) || (c >= QChar('A') && c <= QChar('Z')) ||
               (c >= QChar('0') && c <= QChar('9')) || c == QChar('.') || c == QChar('_') || c == QChar('-');
    });
}

} // namespace

std::string SourceModel::directorFor(const formats::SourceText& source) const {
    const auto taken = [this](const std::string& id) {
        return std::ranges::any_of(m_sources, [&](const formats::SourceText& one) { return one.director == id; });
    };
    // A file that bears a director's name is its.
    const std::string name = QFileInfo(QString::fromStdString(source.file)).fileName().toStdString();
    const auto meant = [&](const std::string& id) {
        const std::size_t at = name.find(id);
        return at != std::string::npos &&
               (at + id.size() == name.size() || name[at + id.size()] < '0' || name[at + id.size()] > '9');
    };
    for (const std::string& id : m_directors)
        if (!taken(id) && meant(id))
            return id;
    for (const std::string& id : m_directors)
        if (!taken(id))
            return id;
    for (std::size_t number = 1;; ++number)
        if (std::string id = "lb" + std::to_string(number); !taken(id))
            return id;
}

void SourceModel::add(formats::SourceText source) {
    const auto known = std::ranges::find(m_sources, source.file, &formats::SourceText::file);
    if (known != m_sources.end())
        source.director = known->director;
    else if (source.director.empty())
        source.director = directorFor(source);
    const auto format = formats::detectFormat(source.text);
    const auto lines = std::ranges::count(source.text, '\n') + (source.text.empty() || source.text.ends_with('\n') ? 0 : 1);
    if (known != m_sources.end()) {
        const auto row = static_cast<int>(known - m_sources.begin());
        m_detected[static_cast<std::size_t>(row)] = format;
        m_lines[static_cast<std::size_t>(row)] = lines;
        *known = std::move(source);
        emit dataChanged(index(row, 0), index(row, ColumnCount - 1));
    } else {
        const auto row = static_cast<int>(m_sources.size());
        beginInsertRows({}, row, row);
        m_sources.push_back(std::move(source));
        m_detected.push_back(format);
        m_lines.push_back(lines);
        endInsertRows();
    }
    emit sourcesChanged();
}

void SourceModel::remove(int row) {
    if (row < 0 || row >= rowCount({}))
        return;
    beginRemoveRows({}, row, row);
    m_sources.erase(m_sources.begin() + row);
    m_detected.erase(m_detected.begin() + row);
    m_lines.erase(m_lines.begin() + row);
    endRemoveRows();
    emit sourcesChanged();
}

void SourceModel::clear() {
    beginResetModel();
    m_sources.clear();
    m_detected.clear();
    m_lines.clear();
    endResetModel();
    emit sourcesChanged();
}

std::string SourceModel::freeName(const std::string& wanted) const {
    std::string name = wanted;
    for (int number = 2; std::ranges::any_of(m_sources, [&](const auto& one) { return one.file == name; }); ++number)
        name = wanted + " " + std::to_string(number);
    return name;
}

int SourceModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_sources.size());
}

int SourceModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : ColumnCount; }

QVariant SourceModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid() || index.row() >= rowCount({}))
        return {};
    const auto row = static_cast<std::size_t>(index.row());
    if (role == Qt::FontRole && index.column() == File)
        return monoFont();
    if (role == Qt::TextAlignmentRole && index.column() == Lines)
        return int(Qt::AlignRight | Qt::AlignVCenter);
    if (role == Qt::ToolTipRole && index.column() == Director)
        return tr("Whose file this is. Press F2 to change it.");
    if (role != Qt::DisplayRole && role != Qt::EditRole && role != Qt::ToolTipRole)
        return {};
    switch (index.column()) {
    case Director: return QString::fromStdString(m_sources[row].director);
    case File: return QString::fromStdString(m_sources[row].file);
    case Format: return m_detected[row] ? QString::fromStdString(formatName(*m_detected[row])) : tr("not clear");
    case Lines: return QLocale().toString(m_lines[row]);
    default: return {};
    }
}

bool SourceModel::setData(const QModelIndex& index, const QVariant& value, int role) {
    const QString id = value.toString().trimmed();
    if (role != Qt::EditRole || index.column() != Director || index.row() >= rowCount({}) || !fitsAnId(id))
        return false;
    const auto row = static_cast<std::size_t>(index.row());
    const std::string before = m_sources[row].director;
    if (before == id.toStdString())
        return true;
    // Two files of one director make no sense: they change places.
    for (formats::SourceText& other : m_sources)
        if (other.director == id.toStdString())
            other.director = before;
    m_sources[row].director = id.toStdString();
    emit dataChanged(this->index(0, Director), this->index(rowCount({}) - 1, Director));
    emit sourcesChanged();
    return true;
}

Qt::ItemFlags SourceModel::flags(const QModelIndex& index) const {
    const Qt::ItemFlags out = QAbstractTableModel::flags(index);
    return index.column() == Director ? out | Qt::ItemIsEditable : out;
}

QVariant SourceModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole)
        return int((section == Lines ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    if (role != Qt::DisplayRole)
        return {};
    switch (section) {
    case Director: return tr("Director");
    case File: return tr("File");
    case Format: return tr("Looks like");
    case Lines: return tr("Lines");
    default: return {};
    }
}

} // namespace lvsdeck::console
