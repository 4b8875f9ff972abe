"""Names of invented customers, as they are written in each language."""

from __future__ import annotations

import random

# given names | family names; where the family name comes first, the two are already in that order: family | given.
_NAMES: dict[str, tuple[str, str, str]] = {
    "en": (
        "Grace Emma Noah Olivia Liam Ava Chidi Amara Priya Arjun",
        "Adeyemi Smith Brown Okafor Patel Jones Clarke Reid Shah",
        " ",
    ),
    "zh-Hans": ("王 李 张 刘 陈 杨 赵 黄 周 吴", "伟 静 敏 丽 强 磊 军 洋 雨桐 子轩 欣怡 浩然", ""),
    "zh-Hant": ("陳 林 黃 張 李 王 吳 劉 蔡 楊", "志明 淑芬 家豪 怡君 雅婷 冠宇 承恩 詩涵", ""),
    "ja": ("佐藤 鈴木 高橋 田中 伊藤 渡辺 山本 中村", "陽菜 蓮 葵 大翔 美咲 健太 由美 翔", " "),
    "ko": ("김 이 박 최 정 강 조 윤", "서준 하윤 지우 민준 서연 도윤 지민 수아", ""),
    "es": (
        "Lucía Mateo Sofía Diego Valentina Javier Camila Andrés",
        "García Martínez López Rodríguez Gómez Herrera Torres",
        " ",
    ),
    "fr": (
        "Camille Louis Chloé Hugo Léa Jules Manon Karim",
        "Martin Bernard Dubois Moreau Laurent Lefèvre Diallo",
        " ",
    ),
    "ru": ("Анна Дмитрий Елена Иван Мария Сергей Ольга Алексей", "Иваненко Павлюк Соколик Мороз Левченко Гончар", " "),
    "de": ("Anna Lukas Lea Jonas Marie Felix Sophie Emre", "Müller Schmidt Weber Fischer Wagner Becker Yıldız", " "),
    "tr": ("Elif Mehmet Zeynep Emre Ayşe Can Defne Burak", "Yılmaz Kaya Demir Şahin Çelik Aydın Öztürk", " "),
    "vi": ("Nguyễn Trần Lê Phạm Hoàng Vũ Đặng Bùi", "Minh Anh|Thị Lan|Quang Huy|Thu Hà|Văn Nam|Ngọc Mai|Đức Long", " "),
    "pt": (
        "Ana João Beatriz Lucas Mariana Pedro Larissa Rafael",
        "Silva Santos Oliveira Souza Pereira Costa Almeida",
        " ",
    ),
    "it": (
        "Giulia Marco Sofia Luca Chiara Matteo Elena Davide",
        "Rossi Russo Ferrari Bianchi Romano Colombo Ricci",
        " ",
    ),
    "pl": ("Anna Jan Zofia Jakub Maja Piotr Hanna Tomasz", "Nowak Kamiński Wójcik Mazur Krawczyk Wrona Zając", " "),
    "id": ("Budi Siti Agus Dewi Rizky Putri Andi Rina", "Santoso Wijaya Saputra Hidayat Lestari Nugroho Pratama", " "),
    "nl": (
        "Emma Daan Sanne Lars Femke Bram Lotte Youssef",
        "de Vries|Jansen|Bakker|Visser|van Dijk|Smit|El Amrani",
        " ",
    ),
    "ar": ("محمد سارة أحمد نورة خالد ليلى يوسف مريم", "المنصور السالم الحربي حداد الخطيب العلي ناصر", " "),
    "uk": (
        "Олена Андрій Наталія Тарас Ірина Богдан Софія Максим",
        "Шевченко Коваль Бондаренко Ткачук Мельник Кравець",
        " ",
    ),
}


def name(language: str, chance: random.Random) -> str:
    """Return the name of somebody who may speak this language."""
    first, last, between = _NAMES[language]
    return between.join(chance.choice(_split(part)) for part in (first, last))


def _split(part: str) -> list[str]:
    return part.split("|") if "|" in part else part.split(" ")
