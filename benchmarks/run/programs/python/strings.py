import sys


def main():
    lines = []
    for i in range(int(sys.argv[1])):
        lines.append(f"{i}: {i * i % 1000} apples")
    text = "\n".join(lines)
    spaces = 0
    for character in text:
        if character == " ":
            spaces += 1
    print(len(text), spaces)


main()
