// SPDX-License-Identifier: GPL-3.0-or-later
// The texts that are to be imported: whose each is can be changed in the list. Window thread.
#pragma once

#include "console/transfer/import_reading.hpp"

#include <QAbstractTableModel>

namespace lvsdeck::console {

class SourceModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { Director, File, Format, Lines, ColumnCount };

    using QAbstractTableModel::QAbstractTableModel;
    /// A file that is in the list already is replaced. An empty director gets the next of `directors` that is free.
    void add(formats::SourceText source);
    void remove(int row);
    void clear();
    /// Whom the list offers: the directors of the open cluster.
    void setDirectors(std::vector<std::string> directors) { m_directors = std::move(directors); }
    [[nodiscard]] const std::vector<std::string>& directors() const { return m_directors; }
    [[nodiscard]] const std::vector<formats::SourceText>& sources() const { return m_sources; }
    /// A name that no text in the list has.
    [[nodiscard]] std::string freeName(const std::string& wanted) const;

    [[nodiscard]] int rowCount(const QModelIndex& parent) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    bool setData(const QModelIndex& index, const QVariant& value, int role) override;
    [[nodiscard]] Qt::ItemFlags flags(const QModelIndex& index) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

signals:
    /// What has to be read is different now.
    void sourcesChanged();

private:
    [[nodiscard]] std::string directorFor(const formats::SourceText& source) const;

    std::vector<formats::SourceText> m_sources;
    std::vector<std::optional<formats::Format>> m_detected;
    std::vector<qsizetype> m_lines;
    std::vector<std::string> m_directors;
};

} // namespace lvsdeck::console
