"""Whether a password is put together from what everybody tries first: known words, names and places, with digits around.

No list of leaked passwords, which would be English and large: a rule. Accents fall, leet is undone, digits and signs around
fall too; what is left is guessable when it is nothing but a few known words in a row. A word of one's own in between is
enough to pass, and so are eight digits that are no date and no row.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Iterable

MOST_WORDS = 5
"""So many known words in a row are guessed by machines; a sentence is longer, or has a word that is in no list."""

_SHORTEST_OWN = 2
_DIGITS_THAT_HELP = 8

_WORDS = frozenset(
    """
    admin administrator root user guest test demo master manager system support login logon signin welcome hello
    password pass passwd pwd passcode passphrase secret letmein changeme change temp temporary default access account
    service server internet computer samsung google facebook zalo youtube iphone android windows microsoft office
    excel word gmail yahoo love lovely iloveyou you me my the and i is a of to in baby angel princess prince queen
    king sunshine flower summer winter spring autumn monday friday sunday football soccer baseball superman batman
    spiderman pokemon dragon monkey tiger lion shadow killer hunter freedom whatever trustno starwars hottie ninja
    mustang jordan michael jennifer ashley daniel thomas robert charlie jessica happy lucky star money power school
    teacher student class english math music computerscience principal company work home family mother father friend
    forever security qwerty qwertyuiop qwert asdf asdfgh asdfghjkl zxcv zxcvbn zxcvbnm qaz wsx edc qazwsx qazwsxedc
    qwe asd zxc abc abcd abcde abcdef abcdefgh xyz aaa xxx zzz matkhau mat khau mk taikhoan tai khoan dangnhap dang
    nhap tendangnhap ten quantri quan tri quanly ly nguoidung nguoi dung hethong he thong macdinh dinh cuatoi cua toi
    moi cu khongbiet khong biet khongco co nhoroi quenroi quen nho bimat bi truong truonghoc hoc tieuhoc tieu thcs
    thpt th mamnon mam non mn maugiao mau giao mgiao nhatre nha tre trunghoc trung coso so phothong pho noitru noi tru
    bantru ban lop khoi phong phonggd sogd ubnd xa phuong huyen tinh thanhpho thanh tp thixa thi hieutruong hieu
    hieupho giaovien vien gv duc giaoduc daotao dao tao hocsinh sinh hs vanthu thu ketoan ke toan canbo can bo
    congdoan cong doan doandoi doi chibo kiemdinh kiem chatluong chat luong minhchung minh chung danhgia danh gia
    tudanhgia hoidong hoi dong congnhan nhan hoso ho namhoc nam hocky ky nghihe khaigiang baocao bao cao thidua dua
    kiemtra tra vietnam viet vn vodich yeu toiyeu anh em anhyeuem emyeuanh yeuem yeuanh anhem tinhyeu giadinh bome con
    conyeu chong vo vochong banbe be ongba ong ba hanhphuc hanh phuc mayman may man tailoc loc phattai phat tien vang
    rong cocacola bongda da ngaymai ngay mai homnay hom nay xinchao chao camon cam on hanoi ha saigon sai gon hcm
    hochiminh chi danang nang haiphong hai hue cantho angiang an giang bariavungtau ria vung tau bacgiang bac backan
    kan baclieu lieu bacninh ninh bentre ben binhdinh binh binhduong binhphuoc phuoc binhthuan thuan camau ca caobang
    bang daklak dak lak daknong nong dienbien dien bien dongnai nai dongthap thap gialai lai hagiang hanam hatinh
    haiduong haugiang hau hoabinh hoa hungyen hung yen khanhhoa khanh kiengiang kien kontum kon tum laichau chau
    lamdong lam langson lang son laocai lao cai longan long namdinh nghean nghe ninhbinh ninhthuan phutho phu phuyen
    quangbinh quang quangnam quangngai ngai quangninh quangtri soctrang soc trang sonla la tayninh tay thaibinh thai
    thainguyen nguyen thanhhoa thuathienhue thua thien tiengiang travinh vinh tuyenquang tuyen vinhlong vinhphuc
    yenbai bai moc sapa dalat lat nhatrang vungtau tran le pham hoang huynh phan vu bui do ngo duong trinh lo vi quach
    trieu lu vuong van huu ngoc thuy hong lan huong linh nga hang hien tuan cuong manh thang tung dat duy khoa khang
    nghia tho dai loan nhung nhi nhu mi thao tam tu uyen oanh diep cuc truc quynh vy vananh
    """.split()  # noqa: SIM905 - a list of words is read as words
)
_LEET = str.maketrans("013457@$!8", "oieastasib")
_LEET_L = str.maketrans("013457@$!8", "oleastaslb")
_DATE = re.compile(r"(0?[1-9]|[12][0-9]|3[01])(0?[1-9]|1[0-2])(19|20)?[0-9]{2}\Z|(19|20)[0-9]{6}\Z|((19|20)[0-9]{2})+\Z")


def folded(text: str) -> str:
    """Return a text in small letters without accents; đ becomes d."""
    decomposed = unicodedata.normalize("NFD", text.lower()).replace("đ", "d")
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def own_words(texts: Iterable[str]) -> frozenset[str]:
    """Return the words of what is known of a person: login, name, school; also each of them written as one."""
    parts = [re.findall(r"[a-z]+", folded(text)) for text in texts]
    return frozenset(word for words in parts for word in (*words, "".join(words)) if len(word) >= _SHORTEST_OWN)


def is_guessable(password: str, own: frozenset[str] = frozenset()) -> bool:
    """Say whether a password falls to the first guesses; `own` are words that belong to the person."""
    plain = folded(password)
    if len(set(plain)) <= len("abcd") or _is_row(plain):
        return True
    letters = re.sub(r"[^a-z]", "", plain)
    digits = re.sub(r"[^0-9]", "", plain)
    if not letters:
        return len(set(plain)) < len("abcdef") or _is_date(digits)
    if len(digits) >= _DIGITS_THAT_HELP and not _is_row(digits) and not _is_date(digits) and len(set(digits)) > len("abcd"):
        return False
    return any(_is_known(core, own) for core in _cores(plain, letters))


def _cores(plain: str, letters: str) -> set[str]:
    """Return what a password may be at heart: its letters; and its letters with leet undone between the first and last."""
    inner = re.sub(r"\A[^a-z@$]+|[^a-z@$]+\Z", "", plain)
    unleet = {re.sub(r"[^a-z]", "", inner.translate(table)) for table in (_LEET, _LEET_L)}
    return {letters, *unleet} - {""}


def _is_known(letters: str, own: frozenset[str]) -> bool:
    """Say whether letters are nothing but a few known words, or one piece again and again."""
    for size in range(1, len(letters) // 2 + 1):
        if len(letters) % size == 0 and letters == letters[:size] * (len(letters) // size):
            letters = letters[:size]
            break
    fewest = [0] + [MOST_WORDS + 1] * len(letters)
    longest = max(map(len, (*own, *_WORDS)))
    for end in range(1, len(letters) + 1):
        for start in range(max(0, end - longest), end):
            if fewest[start] < fewest[end] - 1 and (letters[start:end] in _WORDS or letters[start:end] in own):
                fewest[end] = fewest[start] + 1
    return fewest[-1] <= MOST_WORDS


def _is_date(digits: str) -> bool:
    return bool(_DATE.match(digits)) or (len(digits) % 2 == 0 and bool(_DATE.match(digits[: len(digits) // 2])))


def _is_row(plain: str) -> bool:
    if plain.isdecimal():
        digit_steps = {(int(b) - int(a)) % 10 for a, b in itertools.pairwise(plain)}
        return digit_steps in ({1}, {9}, {0})
    steps = {ord(b) - ord(a) for a, b in itertools.pairwise(plain)}
    return steps in ({1}, {-1}, {0})
